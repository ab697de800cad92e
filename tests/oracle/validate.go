package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/argoproj/argo-events/pkg/apis/events/v1alpha1"
	"github.com/argoproj/argo-events/pkg/reconciler/eventbus"
	"github.com/argoproj/argo-events/pkg/reconciler/eventsource"
	"github.com/argoproj/argo-events/pkg/reconciler/sensor"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	yamlstream "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// validateQuestion: do the controllers of Argo Events take these manifests? A sensor is validated with the bus of the same
// file that it names, or else with a JetStream one.
type validateQuestion struct {
	kind
	// Manifests are YAML documents.
	Manifests string `json:"manifests"`
}

type validateAnswer struct {
	// Verdicts in the order of the documents.
	Verdicts []verdict `json:"verdicts"`
}

type verdict struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Unreadable is why it cannot be decoded; its rules are not looked at then.
	Unreadable string `json:"unreadable,omitempty"`
	// Error is why it is not valid.
	Error string `json:"error,omitempty"`
	// Unread says what of it nobody reads: fields that the type does not have, and keys that are there twice.
	Unread []string `json:"unread,omitempty"`
}

// document is one manifest: what it is, and its text as JSON.
type document struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metav1.ObjectMeta `json:"metadata"`

	text []byte
	// Why the text is not unambiguous YAML.
	ambiguous error
}

func (q *validateQuestion) ask() (any, error) {
	documents, err := split(q.Manifests)
	if err != nil {
		return nil, err
	}
	buses := map[string]*v1alpha1.EventBus{}
	for _, document := range documents {
		bus := &v1alpha1.EventBus{}
		if document.Kind == "EventBus" && json.UnmarshalCaseSensitivePreserveInts(document.text, bus) == nil {
			buses[document.Metadata.Name] = bus
		}
	}
	found := validateAnswer{Verdicts: []verdict{}}
	for _, document := range documents {
		found.Verdicts = append(found.Verdicts, document.judge(buses))
	}
	return found, nil
}

func split(manifests string) ([]document, error) {
	var documents []document
	reader := yamlstream.NewYAMLReader(bufio.NewReader(strings.NewReader(manifests)))
	for {
		text, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		var found document
		_, found.ambiguous = yaml.YAMLToJSONStrict(text)
		if found.text, err = yaml.YAMLToJSON(text); err != nil {
			return nil, err
		}
		if string(found.text) == "null" {
			continue
		}
		if err := json.UnmarshalCaseSensitivePreserveInts(found.text, &found); err != nil {
			return nil, err
		}
		documents = append(documents, found)
	}
}

func (d document) judge(buses map[string]*v1alpha1.EventBus) verdict {
	found := verdict{Kind: d.Kind, Name: d.Metadata.Name}
	if d.ambiguous != nil {
		found.Unread = append(found.Unread, d.ambiguous.Error())
	}
	object, validate := d.rules(buses)
	if object == nil {
		found.Error = fmt.Sprintf("no rules for %s/%s are known here", d.APIVersion, d.Kind)
		return found
	}
	unread, err := json.UnmarshalStrict(d.text, object)
	for _, field := range unread {
		found.Unread = append(found.Unread, field.Error())
	}
	if err != nil {
		found.Unreadable = words(err)
		return found
	}
	if err := validate(); err != nil {
		found.Error = words(err)
	}
	return found
}

// rules are the type of the document and what is demanded of it.
func (d document) rules(buses map[string]*v1alpha1.EventBus) (any, func() error) {
	none := func() error { return nil }
	switch d.APIVersion + " " + d.Kind {
	case "argoproj.io/v1alpha1 EventBus":
		object := &v1alpha1.EventBus{}
		return object, func() error { return eventbus.ValidateEventBus(object) }
	case "argoproj.io/v1alpha1 EventSource":
		object := &v1alpha1.EventSource{}
		return object, func() error { return eventsource.ValidateEventSource(object) }
	case "argoproj.io/v1alpha1 Sensor":
		object := &v1alpha1.Sensor{}
		return object, func() error { return sensor.ValidateSensor(object, busOf(object, buses)) }
	case "v1 ServiceAccount":
		return &corev1.ServiceAccount{}, none
	case "rbac.authorization.k8s.io/v1 Role":
		return &rbacv1.Role{}, none
	case "rbac.authorization.k8s.io/v1 RoleBinding":
		return &rbacv1.RoleBinding{}, none
	default:
		return nil, none
	}
}

func busOf(sensor *v1alpha1.Sensor, buses map[string]*v1alpha1.EventBus) *v1alpha1.EventBus {
	name := sensor.Spec.EventBusName
	if name == "" {
		name = v1alpha1.DefaultEventBusName
	}
	if bus, given := buses[name]; given {
		return bus
	}
	return &v1alpha1.EventBus{Spec: v1alpha1.EventBusSpec{JetStream: &v1alpha1.JetStreamBus{Version: "latest"}}}
}
