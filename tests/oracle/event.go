package main

import (
	"github.com/argoproj/argo-events/pkg/apis/events/v1alpha1"
	cloudevents "github.com/cloudevents/sdk-go/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// event is an event in a request or an answer: its attributes and the text of its data.
type event struct {
	Context v1alpha1.EventContext `json:"context"`
	Data    string                `json:"data"`
}

// sensed is the event as a sensor's filters and triggers have it.
func (e event) sensed() *v1alpha1.Event {
	context := e.Context
	return &v1alpha1.Event{Context: &context, Data: []byte(e.Data)}
}

func sensed(events map[string]event) map[string]*v1alpha1.Event {
	all := make(map[string]*v1alpha1.Event, len(events))
	for dependency, event := range events {
		all[dependency] = event.sensed()
	}
	return all
}

// received is the event as a sensor has it from the bus.
func (e event) received() (*cloudevents.Event, error) {
	received := cloudevents.NewEvent(e.Context.SpecVersion)
	received.SetID(e.Context.ID)
	received.SetSource(e.Context.Source)
	received.SetType(e.Context.Type)
	received.SetSubject(e.Context.Subject)
	received.SetTime(e.Context.Time.Time)
	if err := received.SetData(e.Context.DataContentType, []byte(e.Data)); err != nil {
		return nil, err
	}
	return &received, nil
}

func told(received *cloudevents.Event) event {
	return event{
		Context: v1alpha1.EventContext{
			ID:              received.ID(),
			Source:          received.Source(),
			SpecVersion:     received.SpecVersion(),
			Type:            received.Type(),
			DataContentType: received.DataContentType(),
			Subject:         received.Subject(),
			Time:            metav1.Time{Time: received.Time()},
		},
		Data: string(received.Data()),
	}
}
