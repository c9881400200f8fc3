"""The one place that reads and refuses configuration."""
