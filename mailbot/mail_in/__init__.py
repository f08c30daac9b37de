"""Raw mail arrives and becomes a value."""
