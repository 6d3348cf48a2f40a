"""Where does it say so: the index of emitted documents, a projection that can be rebuilt."""
