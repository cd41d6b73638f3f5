"""A sans-IO TLS client on tlslite-ng's parts, in OpenSSL's manners.

What it does.  One client connection, TLS 1.0 to 1.3 (RFC 2246, 4346, 5246, 8446):
bytes in, bytes and events out, no socket and no clock (`engine.Engine`).  It speaks
every cipher suite that a Debian OpenSSL 3.5 negotiates without shared secrets, all
its groups and signature schemes, resumes by ticket, session id and pre-shared key,
shows certificates or raw public keys of its own, and takes the server's as
certificates or raw (RFC 7250), compressed or not (RFC 8879).  It has no
renegotiation, no early data, no post-handshake authentication and no server.

How a handshake goes.  Words become a `ClientConfig`; the engine makes
a `ClientHello` of it and runs one generator, which stops wherever bytes are wanted:

    ClientHello  ->  [HelloRetryRequest, ClientHello]  ->  ServerHello     server_hello
      TLS 1.2 and below: Certificate, ServerKeyExchange,                   handshake12
        [CertificateRequest], ServerHelloDone; ClientKeyExchange, Finished
      TLS 1.3: EncryptedExtensions, [CertificateRequest,] Certificate,     handshake13
        CertificateVerify, Finished; ours
    data, tickets, KeyUpdate                                               engine

Up to ServerHello both versions share the hello and the record layer; what was
settled is a `NegotiatedParams`, and the version decides who goes on.  Each message is
decoded by `messages` and `certificate_messages` into a value.  Certificates are handed
to a `Verifier` as soon as they are here; it returns a verdict and never ends the
handshake (SSL_VERIFY_PEER with a callback that says yes, as Postfix does), while a
signature, a Finished or a share that is wrong does.

Where the manners come from.  What is accepted, in which order it is checked, which
alert is sent and which error is told are OpenSSL's, not the RFCs': of several faults
the one that OpenSSL meets first is the one that is logged.  What is offered is
OpenSSL's as Postfix configures it.  The arithmetic is `crypto`'s, the code points are
`codepoints`.

Who is who, for a reader with those sources open:

    Postfix, src/tls
      tls_client_start()               prober.handshake, engine.Engine
      tls_proto_mask_lims()            protocols.parse_protocols
      tls_set_ciphers()                cipherlist.evaluate
      tls_auto_groups()                group_list.auto_groups
      tls_bug_bits()                   config.with_options
      tls_bio(), tls_stream_start()    stream.TlsStream
    ssl/ssl_ciph.c
      ssl_create_cipher_list()         cipherlist, cipherwords, suite_table
    ssl/t1_lib.c, ssl/ssl_cert.c
      tls1_set_groups_list()           group_list.parse_group_list
      tls_valid_group()                groups.Group.fits
      tls12_check_peer_sigalg()        server_certificate.check_signature
      tls_choose_sigalg()              client_certificate.show
      ssl_security_default_callback()  security.SecurityLevel
    ssl/record
      ssl3_read_bytes()                record.RecordChannel, errors.check_alert
      tls_get_more_records(), record/methods   record_layer.RecordLayer, protection
    ssl/statem
      tls_construct_client_hello()     client_hello.client_hello
      extensions.c: ext_defs           extensions.collect, extensions.check_contents
      tls_process_server_hello()       server_hello.exchange_hellos
      tls_process_as_hello_retry_request()     server_hello._retry
      tls_process_server_certificate(), tls_post_process_server_certificate()   server_certificate
      tls_process_key_exchange()       handshake12._server_key_exchange
      ssl3_check_cert_and_algorithm()  handshake12._check_certificate
      tls_construct_client_key_exchange()      handshake12._client_key_exchange
      tls_process_certificate_request()        certificate_messages.parse_certificate_request
      tls_prepare_client_certificate(), tls_construct_cert_verify()             client_certificate
      tls_get_message_header(), tls_get_message_body()                          record.RecordChannel.peek
      tls_process_finished()           messages.check_finished
      tls_process_new_session_ticket() messages.parse_ticket, engine
      tls_process_key_update()         engine.Engine._key_update
    ssl/tls13_enc.c, ssl/t1_enc.c      key_schedule
    SSLfatal(), ERR_raise_data()       errors.Reason, errors.TlsFailure
"""
