package main

import (
	"github.com/argoproj/argo-events/pkg/apis/events/v1alpha1"
	"github.com/argoproj/argo-events/pkg/sensors/triggers"
)

// parametersQuestion: what do the parameters make of the object?
type parametersQuestion struct {
	kind
	// Object is JSON text: its spaces and the order of its members matter to the answer.
	Object     string                      `json:"object"`
	Parameters []v1alpha1.TriggerParameter `json:"parameters"`
	// Events by the name of their dependency.
	Events map[string]event `json:"events"`
}

type parametersAnswer struct {
	Object string `json:"object"`
}

func (q *parametersQuestion) ask() (any, error) {
	object, err := triggers.ApplyParams([]byte(q.Object), q.Parameters, sensed(q.Events))
	if err != nil {
		return nil, err
	}
	return parametersAnswer{Object: string(object)}, nil
}

// payloadQuestion: which payload do the parameters make?
type payloadQuestion struct {
	kind
	Parameters []v1alpha1.TriggerParameter `json:"parameters"`
	Events     map[string]event            `json:"events"`
}

type payloadAnswer struct {
	Payload string `json:"payload"`
}

func (q *payloadQuestion) ask() (any, error) {
	payload, err := triggers.ConstructPayload(sensed(q.Events), q.Parameters)
	if err != nil {
		return nil, err
	}
	return payloadAnswer{Payload: string(payload)}, nil
}
