"""What a person sees and settles about themselves."""
