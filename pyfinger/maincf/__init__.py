"""Postfix's main.cf, as far as it concerns a TLS probe (postconf(5)).

reader       the file: logical lines, `name = value`
expansion    `$name` and its relatives
parameters   values checked, and turned into `pyfinger.options.Config`
map_source   the text of lookup tables
tls_policy   the values of smtp_tls_policy_maps
"""

from __future__ import annotations

from pyfinger.maincf.list_parameters import option_remarks
from pyfinger.maincf.parameters import (
    DIGEST_PARAMETER,
    Machine,
    Parameters,
    fingerprint_digest,
    first_config,
    general_config,
    this_machine,
    tls_config,
)
from pyfinger.maincf.reader import BUILT_IN, read_file, read_main_cf, split_pair

__all__ = [
    "BUILT_IN",
    "DIGEST_PARAMETER",
    "Machine",
    "Parameters",
    "fingerprint_digest",
    "first_config",
    "general_config",
    "option_remarks",
    "read_file",
    "read_main_cf",
    "split_pair",
    "this_machine",
    "tls_config",
]
