"""What the house costs: each module measures one subject, `python3 dev.py bench` runs them all."""
