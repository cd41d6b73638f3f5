// SMTP inside TLS by Botan 3.
#include <botan/auto_rng.h>
#include <botan/certstor.h>
#include <botan/credentials_manager.h>
#include <botan/data_src.h>
#include <botan/pkcs8.h>
#include <botan/tls_callbacks.h>
#include <botan/tls_policy.h>
#include <botan/tls_server.h>
#include <botan/tls_session_manager_memory.h>
#include <botan/tls_version.h>
#include <botan/x509cert.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "smtp_inside.h"

namespace tls = Botan::TLS;

struct Credentials : Botan::Credentials_Manager {
    std::vector<Botan::X509_Certificate> chain;
    std::shared_ptr<Botan::Private_Key> key;

    std::vector<Botan::X509_Certificate> cert_chain(
        const std::vector<std::string>& kinds, const std::vector<Botan::AlgorithmIdentifier>&, const std::string&,
        const std::string&) override {
        bool fits = std::find(kinds.begin(), kinds.end(), key->algo_name()) != kinds.end();
        return fits ? chain : std::vector<Botan::X509_Certificate>();
    }

    std::shared_ptr<Botan::Private_Key> private_key_for(const Botan::X509_Certificate&, const std::string&,
                                                        const std::string&) override {
        return key;
    }
};

struct Policy : tls::Policy {
    std::vector<tls::Group_Params> key_exchange_groups() const override {
        if (!wish("group")) return tls::Policy::key_exchange_groups();
        return {static_cast<tls::Group_Params_Code>(atoi(wish("group")))};
    }
    bool allow_tls12() const override { return !wish("version") || !strcmp(wish("version"), "1.2"); }
    bool allow_tls13() const override { return !wish("version") || !strcmp(wish("version"), "1.3"); }
    bool request_client_certificate_authentication() const override { return wish("ask") != nullptr; }
};

struct Conversation : tls::Callbacks {
    int connection;
    tls::Server* server = nullptr;
    bool over = false;

    explicit Conversation(int to) : connection(to) {}

    void tls_emit_data(std::span<const uint8_t> data) override {
        for (size_t done = 0; done < data.size();) {
            long put = write(connection, data.data() + done, data.size() - done);
            if (put <= 0) throw std::runtime_error("write");
            done += put;
        }
    }

    void tls_session_activated() override {
        if (wish("greet")) server->send(std::string("220 stacks.test\r\n"));
    }

    void tls_record_received(uint64_t, std::span<const uint8_t> data) override {
        over = data.size() > 3 && !strncasecmp(reinterpret_cast<const char*>(data.data()), "QUIT", 4);
        server->send(std::string(over ? "221 bye\r\n" : "250 stacks.test\r\n"));
        if (over) server->close();
    }

    void tls_alert(tls::Alert alert) override { over = over || alert.is_fatal(); }

    // A client certificate is asked for, and not judged.
    void tls_verify_cert_chain(const std::vector<Botan::X509_Certificate>&,
                               const std::vector<std::optional<Botan::OCSP::Response>>&,
                               const std::vector<Botan::Certificate_Store*>&, Botan::Usage_Type, std::string_view,
                               const tls::Policy&) override {}
};

static std::shared_ptr<Botan::AutoSeeded_RNG> random_octets;
static std::shared_ptr<Credentials> credentials;
static std::shared_ptr<tls::Session_Manager> sessions;

static void handle(int connection) {
    try {
        auto conversation = std::make_shared<Conversation>(connection);
        tls::Server server(conversation, sessions, credentials, std::make_shared<Policy>(), random_octets);
        conversation->server = &server;
        uint8_t data[16384];
        for (long got; !conversation->over && (got = read(connection, data, sizeof data)) > 0;)
            server.received_data(data, got);
    } catch (const std::exception& ended) {
        fprintf(stderr, "%s\n", ended.what());
    }
}

int main(int count, char** arguments) {
    words = arguments + (count > 0);
    random_octets = std::make_shared<Botan::AutoSeeded_RNG>();
    credentials = std::make_shared<Credentials>();
    std::ifstream file(wish("cert"));
    std::string text{std::istreambuf_iterator<char>(file), {}}, begin = "-----BEGIN CERTIFICATE-----";
    for (size_t at = 0; (at = text.find(begin, at)) != std::string::npos; at += begin.size()) {
        Botan::DataSource_Memory certificate(text.substr(at));
        credentials->chain.emplace_back(certificate);
    }
    Botan::DataSource_Stream private_key(wish("key"));
    credentials->key = Botan::PKCS8::load_key(private_key);
    sessions = std::make_shared<tls::Session_Manager_In_Memory>(random_octets);
    serve(handle);
}
