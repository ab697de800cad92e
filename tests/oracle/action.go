package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/argoproj/argo-events/pkg/apis/events/v1alpha1"
	"github.com/argoproj/argo-events/pkg/sensors"
	"github.com/argoproj/argo-events/pkg/sensors/triggers"
	httptrigger "github.com/argoproj/argo-events/pkg/sensors/triggers/http"
	k8strigger "github.com/argoproj/argo-events/pkg/sensors/triggers/standard-k8s"
	sharedutil "github.com/argoproj/argo-events/pkg/shared/util"
	"go.uber.org/zap"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

// actionQuestion: which request does the trigger send when these events fire it? Argo Events' trigger is executed in full,
// up to the connection.
type actionQuestion struct {
	kind
	Trigger v1alpha1.Trigger `json:"trigger"`
	// Sensor is the name of the sensor: the label of a created object has it.
	Sensor    string `json:"sensor"`
	Namespace string `json:"namespace"`
	// Events by the name of their dependency.
	Events map[string]event `json:"events"`
}

type actionAnswer struct {
	Request *request `json:"request,omitempty"`
	// URL and Timeout of an HTTP call: what the parameters made of the one, which the request has percent-encoded, and how
	// long the client would wait, as Go writes durations.
	URL     string `json:"url,omitempty"`
	Timeout string `json:"timeout,omitempty"`
	// Error is why nothing would have gone out.
	Error string `json:"error,omitempty"`
}

func (q *actionQuestion) ask() (any, error) {
	events := sensed(q.Events)
	trigger := q.Trigger
	if err := triggers.ApplyTemplateParameters(events, &trigger); err != nil {
		return nil, err
	}
	kept := &recorder{}
	trial, timeout, err := q.implementation(&trigger, kept)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	fetched, err := trial.FetchResource(ctx)
	if err != nil {
		return nil, err
	}
	resource, err := trial.ApplyResourceParameters(events, fetched)
	if err != nil {
		return nil, err
	}
	var found actionAnswer
	if call, is := resource.(*v1alpha1.HTTPTrigger); is {
		found.URL, found.Timeout = call.URL, timeout.String()
	}
	if _, err := trial.Execute(ctx, events, resource); err != nil {
		found.Error = words(err)
	}
	found.Request = kept.last
	return found, nil
}

func (q *actionQuestion) implementation(trigger *v1alpha1.Trigger, kept *recorder) (sensors.Trigger, time.Duration, error) {
	sensor := &v1alpha1.Sensor{ObjectMeta: metav1.ObjectMeta{Name: q.Sensor, Namespace: q.Namespace}}
	log := zap.NewNop().Sugar()
	switch {
	case trigger.Template == nil:
		return nil, 0, errors.New("the trigger has no template")
	case trigger.Template.K8s != nil:
		// Without a limit of its own, the client would take five requests a second.
		config := &rest.Config{Host: "http://kubernetes.invalid", QPS: -1}
		client, err := dynamic.NewForConfigAndClient(config, &http.Client{Transport: kept})
		if err != nil {
			return nil, 0, err
		}
		return k8strigger.NewStandardK8sTrigger(nil, client, sensor, trigger, log), 0, nil
	case trigger.Template.HTTP != nil:
		clients := sharedutil.NewStringKeyedMap[*http.Client]()
		call, err := httptrigger.NewHTTPTrigger(clients, sensor, trigger, log)
		if err != nil {
			return nil, 0, err
		}
		call.Client.Transport = kept
		return call, call.Client.Timeout, nil
	default:
		return nil, 0, errors.New("only triggers of kind `k8s` and `http` can be executed here")
	}
}

// request is what would have gone out.
type request struct {
	Method  string      `json:"method"`
	URL     string      `json:"url"`
	Host    string      `json:"host,omitempty"`
	Headers http.Header `json:"headers"`
	Body    string      `json:"body"`
}

// recorder stands where the connection would be: it keeps the last request that changes something.
type recorder struct {
	last *request
}

// RoundTrip answers as a server that knows no object yet and takes what it is sent.
func (r *recorder) RoundTrip(sent *http.Request) (*http.Response, error) {
	var body []byte
	if sent.Body != nil {
		read, err := io.ReadAll(sent.Body)
		if err != nil {
			return nil, err
		}
		body = read
	}
	status := http.StatusNotFound
	if sent.Method != http.MethodGet || sent.URL.Host != "kubernetes.invalid" {
		status = http.StatusOK
		r.last = &request{
			Method: sent.Method, URL: sent.URL.String(), Host: sent.Host, Headers: sent.Header, Body: string(body),
		}
	}
	return &http.Response{
		Status: http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: sent,
	}, nil
}
