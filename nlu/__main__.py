"""`python -m nlu`: train, measure, ask and serve understanding from the command line."""

from nlu.cli import main

if __name__ == "__main__":
    main()
