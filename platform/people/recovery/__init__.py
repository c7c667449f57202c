"""Ways back in and another address: forgotten passwords, and a change of address confirmed on both ends."""
