"""What exhibitors do: uploads that become checked versions, booths that are placed, dressed, approved and
shown."""
