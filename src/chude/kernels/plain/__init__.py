"""The plain form of each kernel: what the compiled form is compared with, and what runs where nothing was compiled."""
