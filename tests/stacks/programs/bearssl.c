/* SMTP inside TLS by BearSSL, which ends with TLS 1.2. */
#include <bearssl.h>

#include "smtp_inside.h"

enum { MOST = 8192, CERTIFICATES = 4 };

static br_x509_certificate chain[CERTIFICATES];
static size_t certificates;
static br_skey_decoder_context key;
static int of_signer;
static unsigned char store[8192];
static br_ssl_session_cache_lru sessions;
static int current;

struct object {
    unsigned char octets[MOST];
    size_t length;
};

static void collect(void *into, const void *data, size_t length) {
    struct object *object = into;
    if (object->length + length > MOST) exit(1);
    memcpy(object->octets + object->length, data, length);
    object->length += length;
}

static void take_key(void *into, const void *data, size_t length) { br_skey_decoder_push(into, data, length); }

static void take_certificate(struct object *object) {
    if (certificates == CERTIFICATES) exit(1);
    chain[certificates].data = object->octets;
    chain[certificates++].data_len = object->length;
}

/* The certificates of a PEM file, which may have a key, too; or that key. */
static void read_pem(const char *path, int for_key) {
    char text[1 << 16];
    FILE *file = fopen(path, "r");
    must(path, !file);
    size_t length = fread(text, 1, sizeof text, file), done = 0;
    struct object *object = NULL;
    int wanted = 0;
    br_pem_decoder_context pem;
    fclose(file);
    br_pem_decoder_init(&pem);
    while (done < length) {
        done += br_pem_decoder_push(&pem, text + done, length - done);
        switch (br_pem_decoder_event(&pem)) {
        case BR_PEM_BEGIN_OBJ:
            wanted = for_key == (strcmp(br_pem_decoder_name(&pem), "CERTIFICATE") != 0);
            object = calloc(1, sizeof *object);
            br_pem_decoder_setdest(&pem, for_key ? take_key : collect, for_key ? (void *)&key : object);
            if (!wanted) br_pem_decoder_setdest(&pem, NULL, NULL);
            break;
        case BR_PEM_END_OBJ:
            if (wanted && !for_key) take_certificate(object);
            break;
        case BR_PEM_ERROR:
            exit(1);
        }
    }
}

/* Whose key signed our certificate, as BearSSL wants to be told. */
static int signer(void) {
    br_x509_decoder_context decoder;
    br_x509_decoder_init(&decoder, NULL, NULL);
    br_x509_decoder_push(&decoder, chain[0].data, chain[0].data_len);
    return br_x509_decoder_get_signer_key_type(&decoder);
}

static int read_some(void *context, unsigned char *data, size_t size) {
    (void)context;
    long got = read(current, data, size);
    return got > 0 ? (int)got : -1;
}

static int write_some(void *context, const unsigned char *data, size_t size) {
    (void)context;
    long put = write(current, data, size);
    return put > 0 ? (int)put : -1;
}

static long get(void *stream, char *data, size_t size) { return br_sslio_read(stream, data, size); }

static long put(void *stream, const char *data, size_t size) {
    br_sslio_write_all(stream, data, size);
    return br_sslio_flush(stream);
}

static void handle(int connection) {
    static unsigned char buffer[BR_SSL_BUFSIZE_BIDI];
    br_ssl_server_context server;
    br_sslio_context stream;
    current = connection;
    if (br_skey_decoder_key_type(&key) == BR_KEYTYPE_EC)
        br_ssl_server_init_full_ec(&server, chain, certificates, of_signer, br_skey_decoder_get_ec(&key));
    else
        br_ssl_server_init_full_rsa(&server, chain, certificates, br_skey_decoder_get_rsa(&key));
    br_ssl_server_set_cache(&server, &sessions.vtable);
    br_ssl_engine_set_buffer(&server.eng, buffer, sizeof buffer, 1);
    br_ssl_server_reset(&server);
    br_sslio_init(&stream, &server.eng, read_some, NULL, write_some, NULL);
    answer(&stream, get, put);
    if (br_ssl_engine_last_error(&server.eng)) fprintf(stderr, "error %d\n", br_ssl_engine_last_error(&server.eng));
    br_ssl_engine_close(&server.eng);
    br_sslio_flush(&stream);
}

int main(int count, char **arguments) {
    words = arguments + (count > 0);
    br_skey_decoder_init(&key);
    read_pem(wish("cert"), 0);
    read_pem(wish("key"), 1);
    must("key", br_skey_decoder_last_error(&key));
    of_signer = signer();
    br_ssl_session_cache_lru_init(&sessions, store, sizeof store);
    serve(handle);
}
