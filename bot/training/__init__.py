"""The assistant's model: trained, asked beside the loop, and taught what passed its trial."""
