GROWN = {"tulips", "roses", "lilies"}


def is_grown(flower):
    return flower.lower() in GROWN
