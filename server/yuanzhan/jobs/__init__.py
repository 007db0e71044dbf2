"""Work in other processes, with limits: what an uploaded file is put through. No network, no database."""
