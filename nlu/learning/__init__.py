"""How the parts of a pipeline are learnt from training data. The only place that may import scikit-learn."""
