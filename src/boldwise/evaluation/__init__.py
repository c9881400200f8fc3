"""How well a model predicts, against which ceiling, null and split."""
