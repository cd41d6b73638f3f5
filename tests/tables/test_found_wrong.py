"""What was once found wrong, point by point, and the tests that keep each right.

The verdicts and lines of posttls-finger first, then what monitoring and scripts rely
on.  A point without a test, or with one that was renamed or lost, fails.
"""

from __future__ import annotations

import importlib

import pytest

# A point; a module below `tests`, with its tests of it.  Beside these, the lab's recordings hold the
# lines (tests/lab), and the vectors what certificates, PEM files and cipher strings come to.
VERDICTS: dict[str, dict[str, tuple[str, ...]]] = {
    "before TLS 1.3 an ECDSA key that may not sign ends the handshake": {
        "tls.test_key_usage": (
            "test_a_key_that_may_not_sign_ends_tls12_with_ecdsa",
            "test_what_reading_the_extensions_says_comes_first",
            "test_any_other_key_goes_on",
            "test_tls13_and_rsa_do_not_look",
        ),
    },
    "times that OpenSSL 3.5 does not decode, and dates nobody can read": {
        "x509.test_odd_certificates": (
            "test_what_cannot_be_read",
            "test_an_end_that_decodes_and_cannot_be_read",
        ),
        "x509.test_trust_store": ("test_one_certificate_that_does_not_decode_spoils_a_bundle",),
        "cli.test_trust": ("test_anchor_files_that_cannot_be_read",),
        "report.document.test_unreadable_dates": (
            "test_it_is_a_warning_whether_days_were_asked_for_or_not",
            "test_metrics_have_one_of_their_own",
        ),
    },
    "a certificate that does not decode: OpenSSL's whole queue, and where it is": {
        "x509.test_decoding_errors": (
            "test_the_outermost_level",
            "test_each_level_adds_what_it_has_to_say",
            "test_any_octets_give_a_value_or_a_queue",
        ),
        "test_unreadable": ("test_certificates", "test_the_report_and_the_trace_say_which_and_why"),
    },
    "digests are over what OpenSSL writes again": {
        "x509.test_odd_certificates": ("test_digests_are_over_what_is_written_again",),
        "x509.test_decoding_errors": ("test_a_key_is_written_in_der", "test_unused_bits_are_cleared"),
        "x509.test_public_keys": (
            "test_a_spelled_out_curve_is_written_from_the_table_with_only_the_seed_of_its_own",
        ),
    },
    "ML-DSA: signatures, certificates, raw keys, client keys": {
        "interop.test_post_quantum": (
            "test_server_keys",
            "test_a_server_with_an_ecdsa_certificate_too_prefers_ml_dsa",
            "test_client_keys",
            "test_client_raw_keys",
            "test_chains",
        ),
        "tls.test_post_quantum": ("test_a_server_signs_with_ml_dsa", "test_the_scheme_is_the_keys"),
        "x509.test_ml_dsa": ("test_a_key_verifies_what_its_private_half_signed",),
    },
    "EdDSA as OpenSSL judges it": {
        "crypto.test_eddsa": (
            "test_every_verdict_is_openssls",
            "test_ed25519_compares_octets_not_points",
            "test_s_is_below_the_order",
        ),
    },
    "cipher strings are ciphers(1), with all that @SECLEVEL governs": {
        "tls.test_cipherlist": (
            "test_rules_need_no_separator_after_a_known_word",
            "test_default_is_a_prefix_and_no_word",
            "test_protocol_words_mean_the_version_that_brought_a_suite",
            "test_suite_b_words_stand_for_the_whole_string",
        ),
        "tls.test_security": (
            "test_versions_and_how_renegotiation_is_told_depend_on_level_0",
            "test_nothing_weaker_than_the_level_is_offered",
        ),
        "interop.test_suites": ("test_suites",),
        "vectors.test_vectors": ("test_suite",),
    },
    "PEM as PEM_read_bio reads it": {
        "x509.test_pem": (
            "test_a_byte_order_mark_may_stand_before_each_block",
            "test_an_empty_line_ends_headers_whatever_they_are",
            "test_labels_are_any_text",
        ),
        "cli.test_case_files": ("test_authorities", "test_anchors", "test_client_files"),
        "cli.test_credentials": ("test_a_second_key_of_a_kind_is_refused",),
    },
    "of several anchors of one name the last is tried first": {
        "dane.test_trust_anchors": ("test_of_several_certificates_the_last_record_s_is_tried_first",),
    },
    "a failure of A outlives no data for AAAA, and the other way round": {
        "resolve.test_route": (
            "test_a_failure_that_says_nothing_of_the_name_outlives_no_such_record",
            "test_but_not_if_dns_fails",
        ),
    },
    "bounds of -p": {
        "tls.test_protocols": ("test_versions", "test_unknown_protocols", "test_no_bounds"),
    },
    "FORMERR to EDNS is a failure": {
        "drive.test_stub": ("test_formerr_is_the_last_word_and_edns_is_never_left_out",),
    },
    "what AD counts for": {
        "resolve.test_reply_reader": ("test_the_ad_bit_counts_with_an_answer_or_without_such_a_name",),
        "resolve.test_dns_resolver": (
            "test_an_ad_bit_is_believed_only_with_a_signature_for_every_record_set",
            "test_each_server_is_named_once_as_the_one_who_vouches",
        ),
        "report.test_dns_words": ("test_systemd_resolved_is_known_by_its_address",),
    },
    "the hello without curves; lists of groups": {
        "tls.test_config": (
            "test_extensions_about_groups_are_sent_where_they_mean_something",
            "test_ssl_options_by_word_and_by_number",
        ),
        "tls.test_group_list": (
            "test_lists",
            "test_without_parameters_the_default_of_openssl_goes_out",
            "test_the_default_of_postfix_3_11_works",
            "test_recorded_hellos",
        ),
        "tls.test_key_exchange": ("test_ml_kem_is_imported_for_those_who_offer_it",),
    },
    "chains under ML-DSA and SLH-DSA authorities": {
        "x509.test_post_quantum_chains": ("test_an_authority_of_every_size_is_trusted",),
        "x509.test_slh_dsa": (
            "test_a_key_verifies_what_its_private_half_signed",
            "test_without_the_package_no_signature_is_good",
        ),
        "prober.test_verifier": ("test_what_cannot_be_checked_for_want_of_a_package_is_told",),
    },
    "spoilt records and messages": {
        "tls.test_record": (
            "test_what_the_record_layer_refuses",
            "test_what_is_refused_above_it",
            "test_a_message_too_long_for_its_kind_fails_with_its_header",
        ),
        "tls.test_protection": (
            "test_some_ciphers_say_that_they_failed_ahead_of_the_record_layer",
            "test_tls13",
        ),
        "tls.test_stream": ("test_trouble_later_is_told_after_its_alert_and_looks_like_a_lost_connection",),
        "interop.test_mangler": ("test_a_sample_of_cases_is_told_as_by_the_reference",),
    },
    "ssl-debug around HelloRequest and KeyUpdate": {
        "report.test_states": (
            "test_a_hello_request_is_told_after_the_handshake",
            "test_key_updates",
        ),
        "tls.test_engine": ("test_a_key_update_is_answered_with_the_next_write",),
        "interop.test_connections": ("test_key_updates", "test_renegotiation_is_declined"),
    },
    "order and small things": {
        "test_unreadable": (
            "test_names_that_cannot_be_shown_are_told_before_what_matched",
            "test_a_chain_is_judged_before_its_key_turns_out_to_be_useless",
        ),
        "prober.test_probe": ("test_offers_that_cannot_be_made", "test_odd_bounds_are_told_and_ignored"),
        "resolve.test_route": ("test_without_protocols_there_is_no_way_to_look_up",),
        "dane.test_digest_agility": (
            "test_a_type_without_a_name_is_switched_off_until_it_gets_one",
            "test_a_type_is_given_once",
        ),
        "maincf.test_parameters": (
            "test_host_names",
            "test_complaints",
            "test_the_window_is_any_number",
            "test_interfaces_that_are_not_here",
            "test_what_postfix_evaluates_earlier_can_be_referred_to",
        ),
        "dane.test_fingerprint": ("test_records_for_certificate_and_key",),
        "resolve.test_destination": ("test_lmtp_knows_unix_sockets",),
        "resolve.test_hostname": ("test_what_postfix_takes_for_an_address",),
        "dane.test_digests": ("test_blanks_behind_a_name_do_not_matter",),
        "cli.test_credentials": ("test_faulty_chain_files", "test_faulty_key_files"),
        "drive.test_resolv_conf": (
            "test_an_address_ends_at_a_blank_and_has_to_be_one_up_to_there",
            "test_ipv4_addresses_may_be_short_octal_or_hexadecimal",
            "test_options_are_known_by_their_beginning_and_numbers_are_atois",
        ),
        "tls.test_defects": ("test_d5_nor_in_the_entry_of_a_certificate",),
        "tls.test_engine": ("test_change_cipher_spec_is_taken_until_the_server_changes_its_keys",),
        "x509.test_signature_faults": ("test_an_even_modulus_has_no_inverse_however_good_the_signature",),
    },
}

MONITORING: dict[str, dict[str, tuple[str, ...]]] = {
    "our own mistakes are not the server's": {
        "tables.test_monitoring": ("test_our_own_mistakes_are_not_the_servers",),
    },
    "a refusal for now is no verdict": {
        "tables.test_monitoring": ("test_a_refusal_for_now_tells_nothing_of_tls",),
    },
    "closed and full streams": {
        "tables.test_monitoring": (
            "test_closed_and_full_streams",
            "test_whoever_stops_reading_the_log_gets_the_files_all_the_same",
        ),
    },
    "a mistake on the command line destroys nothing": {
        "cli.test_outputs": ("test_what_makes_no_sense_destroys_nothing", "test_the_same_file_twice"),
        "cli.test_artifacts": (
            "test_one_file_for_one_option",
            "test_one_that_cannot_be_opened_leaves_the_others_as_they_were",
        ),
    },
    "signals and one limit end a probe, and all is written": {
        "tables.test_monitoring": (
            "test_a_signal_ends_a_probe_and_all_is_written",
            "test_one_limit_for_the_whole_probe",
            "test_the_limit_holds_where_the_system_is_asked",
        ),
        "cli.test_main": ("test_an_interrupt_while_starting_shows_no_traceback",),
    },
    "secrets go to nobody else, and nothing blocks": {
        "cli.test_artifacts": (
            "test_somebody_elses_file_takes_no_secrets",
            "test_nor_does_somebody_elses_pipe_which_is_not_waited_for",
            "test_secrets_follow_no_link_of_somebody_else",
            "test_what_somebody_put_into_a_shared_folder_is_left_alone",
        ),
    },
    "when certificates expire": {
        "tables.test_monitoring": (
            "test_the_log_says_when_certificates_expire",
            "test_dates_and_names_stand_below_certificates_if_they_are_asked_for",
        ),
    },
    "time is the probe's": {
        "tables.test_monitoring": ("test_time_is_the_probes_and_the_start_has_a_line_of_its_own",),
    },
    "metrics have the level": {
        "tables.test_monitoring": ("test_time_is_the_probes_and_the_start_has_a_line_of_its_own",),
        "report.document.test_monitoring": ("test_metrics_of_a_session",),
    },
    "why a lookup failed": {
        "cli.test_explaining": (
            "test_with_v_the_log_says_it",
            "test_the_document_says_it_and_a_recording_keeps_it",
        ),
        "resolve.test_dns_resolver": (
            "test_a_server_failure_is_asked_again_without_validation_if_somebody_wants_to_know",
        ),
        "drive.test_resolver": ("test_what_was_dropped_and_who_was_silent_is_told",),
    },
    "what a recording costs and keeps": {
        "recording.test_memory": ("test_the_memory_a_recording_takes",),
        "test_security_notes": ("test_the_table",),
        "recording.test_player": ("test_a_replay_converts_names_as_they_were_converted",),
    },
    "words for people": {
        "tables.test_monitoring": (
            "test_a_mistyped_long_option_is_guessed",
            "test_a_person_is_told_of_help_below_the_usage_text",
            "test_a_long_option_behind_the_destination_is_told",
        ),
        "demo.test_cli": (
            "test_what_serve_prints_works_as_typed_from_anywhere",
            "test_a_port_that_is_none_is_explained",
        ),
        "test_makefile": ("test_a_python_that_is_too_old_or_none_is_told_in_one_line",),
        "test_schema": ("test_strict_validators_find_nothing_to_object_to",),
        "x509.test_decoding_errors": ("test_every_certificate_has_a_representation",),
    },
    "every Python from 3.11 on": {
        "tls.test_zstd": ("test_what_the_reference_encoder_makes",),
        "tls.test_decompression": ("test_ours_is_taken_where_there_is_no_library",),
    },
}


@pytest.mark.parametrize("point", [*VERDICTS, *MONITORING])
def test_every_point_has_its_tests(point: str) -> None:
    for module, names in {**VERDICTS, **MONITORING}[point].items():
        there = importlib.import_module(f"tests.{module}")
        assert [name for name in names if not callable(getattr(there, name, None))] == []
