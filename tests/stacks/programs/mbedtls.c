/* SMTP inside TLS by Mbed TLS, 2.28 (TLS 1.2) or 3.6. */
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_cache.h>
#include <mbedtls/ssl_ticket.h>
#include <mbedtls/version.h>
#if MBEDTLS_VERSION_MAJOR > 2
#include <psa/crypto.h>
#endif

#include "smtp_inside.h"

static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context random_octets;
static mbedtls_ssl_config config;
static mbedtls_ssl_ticket_context tickets;
static mbedtls_x509_crt chain;
static mbedtls_pk_context key;

static long get(void *stream, char *data, size_t size) {
    int got;
    do got = mbedtls_ssl_read(stream, (unsigned char *)data, size);
    while (got == MBEDTLS_ERR_SSL_WANT_READ || got == MBEDTLS_ERR_SSL_WANT_WRITE);
    return got;
}

static long put(void *stream, const char *data, size_t size) {
    return mbedtls_ssl_write(stream, (const unsigned char *)data, size);
}

static void handle(int connection) {
    mbedtls_ssl_context session;
    mbedtls_net_context net = {connection};
    int status;
    mbedtls_ssl_init(&session);
    must("setup", mbedtls_ssl_setup(&session, &config));
    mbedtls_ssl_set_bio(&session, &net, mbedtls_net_send, mbedtls_net_recv, NULL);
    do status = mbedtls_ssl_handshake(&session);
    while (status == MBEDTLS_ERR_SSL_WANT_READ || status == MBEDTLS_ERR_SSL_WANT_WRITE);
    if (status) {
        fprintf(stderr, "handshake: -0x%04x\n", -status);
    } else {
        answer(&session, get, put);
        mbedtls_ssl_close_notify(&session);
    }
    mbedtls_ssl_free(&session);
}

static void versions(const char *only) {
#if MBEDTLS_VERSION_MAJOR > 2
    mbedtls_ssl_protocol_version version = !strcmp(only, "1.3") ? MBEDTLS_SSL_VERSION_TLS1_3 : MBEDTLS_SSL_VERSION_TLS1_2;
    mbedtls_ssl_conf_min_tls_version(&config, version);
    mbedtls_ssl_conf_max_tls_version(&config, version);
#else
    must("version", strcmp(only, "1.2"));
#endif
}

static void groups(int number) {
#if MBEDTLS_VERSION_MAJOR > 2
    static uint16_t list[] = {0, 0};
    list[0] = number;
    mbedtls_ssl_conf_groups(&config, list);
#else
    must("group", number);
#endif
}

static int load_key(const char *path) {
#if MBEDTLS_VERSION_MAJOR > 2
    return mbedtls_pk_parse_keyfile(&key, path, NULL, mbedtls_ctr_drbg_random, &random_octets);
#else
    return mbedtls_pk_parse_keyfile(&key, path, NULL);
#endif
}

int main(int count, char **arguments) {
    words = arguments + (count > 0);
#if MBEDTLS_VERSION_MAJOR > 2
    must("psa", psa_crypto_init());
#endif
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random_octets);
    must("random", mbedtls_ctr_drbg_seed(&random_octets, mbedtls_entropy_func, &entropy, NULL, 0));
    must("certificate", mbedtls_x509_crt_parse_file(&chain, wish("cert")));
    mbedtls_pk_init(&key);
    must("key", load_key(wish("key")));
    mbedtls_ssl_config_init(&config);
    must("config", mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                               MBEDTLS_SSL_PRESET_DEFAULT));
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random_octets);
    must("credentials", mbedtls_ssl_conf_own_cert(&config, &chain, &key));
    mbedtls_ssl_ticket_init(&tickets);
    must("tickets", mbedtls_ssl_ticket_setup(&tickets, mbedtls_ctr_drbg_random, &random_octets,
                                             MBEDTLS_CIPHER_AES_256_GCM, 7200));
    mbedtls_ssl_conf_session_tickets_cb(&config, mbedtls_ssl_ticket_write, mbedtls_ssl_ticket_parse, &tickets);
    mbedtls_ssl_conf_authmode(&config, wish("ask") ? MBEDTLS_SSL_VERIFY_OPTIONAL : MBEDTLS_SSL_VERIFY_NONE);
    if (wish("ask")) mbedtls_ssl_conf_ca_chain(&config, &chain, NULL);
    if (wish("version")) versions(wish("version"));
    if (wish("group")) groups(atoi(wish("group")));
    serve(handle);
}
