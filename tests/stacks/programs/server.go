// SMTP inside TLS by Go's crypto/tls.
package main

import (
	"bufio"
	"crypto/tls"
	"net"
	"os"
	"strings"
)

var versions = map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

// By IANA's numbers, as older versions of Go have no names for the later ones.
var groups = map[string]tls.CurveID{
	"secp256r1": 23, "secp384r1": 24, "secp521r1": 25, "x25519": 29,
	"SecP256r1MLKEM768": 4587, "X25519MLKEM768": 4588, "SecP384r1MLKEM1024": 4589,
}

func main() {
	wish := map[string]string{}
	for _, word := range os.Args[1:] {
		name, value, _ := strings.Cut(word, "=")
		wish[name] = value
	}
	pair, err := tls.LoadX509KeyPair(wish["cert"], wish["key"])
	if err != nil {
		panic(err)
	}
	config := &tls.Config{
		Certificates:           []tls.Certificate{pair},
		MinVersion:             versions[wish["min"]],
		MaxVersion:             versions[wish["max"]],
		SessionTicketsDisabled: wish["tickets"] == "no",
	}
	if wish["ask"] == "yes" {
		config.ClientAuth = tls.RequestClientCert
	}
	if group, known := groups[wish["groups"]]; known {
		config.CurvePreferences = []tls.CurveID{group}
	}
	listener, err := tls.Listen("tcp", net.JoinHostPort(wish["host"], wish["port"]), config)
	if err != nil {
		panic(err)
	}
	for {
		stream, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		go converse(stream, wish["greet"] == "yes")
	}
}

func converse(stream net.Conn, greet bool) {
	defer stream.Close()
	if greet {
		stream.Write([]byte("220 stacks.test\r\n"))
	}
	lines := bufio.NewScanner(stream)
	for lines.Scan() {
		if strings.HasPrefix(strings.ToUpper(lines.Text()), "QUIT") {
			stream.Write([]byte("221 bye\r\n"))
			return
		}
		stream.Write([]byte("250 stacks.test\r\n"))
	}
}
