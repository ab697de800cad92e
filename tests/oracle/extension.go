package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/argoproj/argo-events/pkg/eventsources/sources/generic"
	"github.com/argoproj/argo-events/pkg/sensors/triggers"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// extension is a foreign event source and a foreign action, with the servers that Argo Events' own code is. It tells every
// call on a line of JSON.
type extension struct {
	telling sync.Mutex
}

func runExtension() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server := grpc.NewServer()
	calls := &extension{}
	generic.RegisterEventingServer(server, calls)
	triggers.RegisterTriggerServer(server, calls)
	go func() {
		<-ctx.Done()
		server.Stop()
	}()
	calls.tell(map[string]string{"address": listener.Addr().String()})
	return server.Serve(listener)
}

func (e *extension) tell(call map[string]string) {
	e.telling.Lock()
	defer e.telling.Unlock()
	line, _ := json.Marshal(call)
	fmt.Println(string(line))
}

// brought is what came in the metadata under a name.
func brought(ctx context.Context, name string) string {
	values := metadata.ValueFromIncomingContext(ctx, name)
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// StartEventSource sends one event, which says what was asked for, and nothing more.
func (e *extension) StartEventSource(asked *generic.EventSource, stream generic.Eventing_StartEventSourceServer) error {
	e.tell(map[string]string{
		"method": "StartEventSource", "name": asked.Name, "config": string(asked.Config),
		"authorization": brought(stream.Context(), "authorization"),
	})
	payload, err := json.Marshal(map[string]string{"name": asked.Name, "config": string(asked.Config)})
	if err != nil {
		return err
	}
	if err := stream.Send(&generic.Event{Name: "one", Payload: payload}); err != nil {
		return err
	}
	<-stream.Context().Done()
	return nil
}

func (e *extension) FetchResource(ctx context.Context, asked *triggers.FetchResourceRequest) (*triggers.FetchResourceResponse, error) {
	e.tell(map[string]string{"method": "FetchResource", "resource": string(asked.Resource), "key": brought(ctx, "idempotency-key")})
	return &triggers.FetchResourceResponse{Resource: []byte(`{"metadata":{"name":"made"}}`)}, nil
}

func (e *extension) Execute(ctx context.Context, asked *triggers.ExecuteRequest) (*triggers.ExecuteResponse, error) {
	e.tell(map[string]string{
		"method": "Execute", "resource": string(asked.Resource), "payload": string(asked.Payload),
		"key": brought(ctx, "idempotency-key"),
	})
	return &triggers.ExecuteResponse{Response: []byte("carried out")}, nil
}

func (e *extension) ApplyPolicy(ctx context.Context, asked *triggers.ApplyPolicyRequest) (*triggers.ApplyPolicyResponse, error) {
	e.tell(map[string]string{"method": "ApplyPolicy", "request": string(asked.Request), "key": brought(ctx, "idempotency-key")})
	return &triggers.ApplyPolicyResponse{Success: true}, nil
}
