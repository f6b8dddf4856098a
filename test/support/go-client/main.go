// A client of services in Go, for tests: what another language sees of a service that natsctl serves.
//
//	go-client list                                   each service that answers $SRV.INFO, a line of JSON
//	go-client stats NAME                             each instance's statistics, a line of JSON
//	go-client request SUBJECT BODY [Header:value]…   the reply, a line of JSON
//	go-client stream SUBJECT BODY                    each reply up to the empty message (ADR-47), a line of JSON
//
// The server is in NATS_URL.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"
)

// So long a client waits for a reply, or for another one of many.
const (
	patience = 5 * time.Second
	silence  = 500 * time.Millisecond
)

type reply struct {
	Data      string      `json:"data"`
	Headers   nats.Header `json:"headers,omitempty"`
	Error     string      `json:"error,omitempty"`
	ErrorCode string      `json:"error_code,omitempty"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 1 && args[0] == "--version" {
		fmt.Println(clientVersion())
		return nil
	}
	nc, err := nats.Connect(os.Getenv("NATS_URL"), nats.Name("go-client"))
	if err != nil {
		return err
	}
	defer nc.Close()

	switch {
	case len(args) == 1 && args[0] == "list":
		return ask[micro.Info](nc, micro.InfoVerb, "")
	case len(args) == 2 && args[0] == "stats":
		return ask[micro.Stats](nc, micro.StatsVerb, args[1])
	case len(args) >= 3 && args[0] == "request":
		return request(nc, args[1], args[2], args[3:])
	case len(args) == 3 && args[0] == "stream":
		return stream(nc, args[1], args[2])
	}
	return errors.New("usage: go-client list | stats NAME | request SUBJECT BODY [Header:value]… | stream SUBJECT BODY")
}

// The version of nats.go that this was built with.
func clientVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/nats-io/nats.go" {
				return module.Version
			}
		}
	}
	return "unknown"
}

// ask prints the answers of all instances as nats.go's own types read them.
func ask[Answer micro.Info | micro.Stats](nc *nats.Conn, verb micro.Verb, name string) error {
	subject, err := micro.ControlSubject(verb, name, "")
	if err != nil {
		return err
	}
	replies, err := publishRequest(nc, subject, "")
	if err != nil {
		return err
	}
	for wait := patience; ; wait = silence {
		message, err := replies.NextMsg(wait)
		if errors.Is(err, nats.ErrTimeout) && wait == silence {
			return nil
		}
		if err != nil {
			return err
		}
		var answer Answer
		if err := json.Unmarshal(message.Data, &answer); err != nil {
			return err
		}
		if err := print(answer); err != nil {
			return err
		}
	}
}

func request(nc *nats.Conn, subject, body string, headers []string) error {
	message := nats.NewMsg(subject)
	message.Data = []byte(body)
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ":")
		message.Header.Add(name, value)
	}
	answer, err := nc.RequestMsg(message, patience)
	if err != nil {
		return err
	}
	return print(replyOf(answer))
}

func stream(nc *nats.Conn, subject, body string) error {
	replies, err := publishRequest(nc, subject, body)
	if err != nil {
		return err
	}
	for {
		message, err := replies.NextMsg(patience)
		if err != nil {
			return err
		}
		answer := replyOf(message)
		if len(message.Data) == 0 && answer.Error == "" {
			return nil
		}
		if err := print(answer); err != nil {
			return err
		}
	}
}

func publishRequest(nc *nats.Conn, subject, body string) (*nats.Subscription, error) {
	inbox := nc.NewInbox()
	replies, err := nc.SubscribeSync(inbox)
	if err != nil {
		return nil, err
	}
	return replies, nc.PublishRequest(subject, inbox, []byte(body))
}

func replyOf(message *nats.Msg) reply {
	return reply{
		Data:      string(message.Data),
		Headers:   message.Header,
		Error:     message.Header.Get(micro.ErrorHeader),
		ErrorCode: message.Header.Get(micro.ErrorCodeHeader),
	}
}

func print(value any) error {
	return json.NewEncoder(os.Stdout).Encode(value)
}
