"""Makes workspaces with known truth: the sample month, and the load for the bench."""
