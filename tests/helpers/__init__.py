"""What several tests share: references to compare with, checks, and makers of files."""
