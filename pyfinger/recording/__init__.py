"""Record and replay: a probe kept with all its result depends on, and done again without the world.

entries    what a recording consists of: what was asked, and what came of it
recorder   listens in on a probe, and writes its entries down
parser     a recording read: strict, total, bounded
log_reader its entries, asked for one after the other
fallbacks  what answers once something has been changed
player     answers as it was answered then, and says where a probe asks for something else
mutation   what was received, changed on purpose

docs/recordings.md describes the format.
"""
