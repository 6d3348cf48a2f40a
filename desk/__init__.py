"""What an official sees and does."""
