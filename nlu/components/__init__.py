"""The parts of a pipeline as they serve: each reads and enriches a draft, is saved and loaded alone.

Nothing here imports scikit-learn; how the parts are learnt is `nlu.learning`.
"""
