"""Every write of the law room, and how the plain files of an entity profile are read."""
