"""How often chude is right beside its peers: `make evaluate`."""
