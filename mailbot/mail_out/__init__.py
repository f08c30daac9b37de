"""Letters become mail and leave."""
