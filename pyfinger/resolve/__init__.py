"""From a destination to addresses, as Postfix finds them.

destination.py   what the argument means        hostname.py      what a host name is
route.py         MX, SRV; the addresses to try  idn.py           internationalised names
hosts.py         addresses of one host          sanity.py        what may be believed of a reply
dns_resolver.py  a question and its answer      reply_reader.py  a reply, byte by byte
parsed_reply.py  what a reply says
"""
