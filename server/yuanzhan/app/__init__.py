"""The composition root: here alone the parts are put together, and here they live from start to stop.

serving         the whole server as one `async with`; the process around it
parts           all parts, made in this order:
  kept            what the database and the data directory know: standing, programme, the chat log, the secret
  halls           the halls and all who stand round them: house, showing, desks, ledgers
  entrance        who comes in, as whom, and how often
  gauges          what is measured, and who is told of it
site            the parts as what answers over HTTP
moving          the ticks and the chores, while it serves
stopping        how long each may take to end
definitions     a hall of `scene` as the house and the booths know it
process         what this process asks of the machine
"""
