"""What the product does for its operators beside the relay: one file each. Talks to the world through ports only."""
