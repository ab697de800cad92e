package main

import (
	"github.com/argoproj/argo-events/pkg/apis/events/v1alpha1"
	"github.com/argoproj/argo-events/pkg/sensors/dependencies"
)

// filterQuestion: does the event pass the filters of the dependency? Its transformation is not applied.
type filterQuestion struct {
	kind
	Dependency v1alpha1.EventDependency `json:"dependency"`
	Event      event                    `json:"event"`
}

type filterAnswer struct {
	Passed bool `json:"passed"`
	// Error is why a filter could not be decided; the sensor logs it and goes by Passed.
	Error string `json:"error,omitempty"`
}

func (q *filterQuestion) ask() (any, error) {
	passed, err := dependencies.Filter(q.Event.sensed(), q.Dependency.Filters, q.Dependency.FiltersLogicalOperator)
	found := filterAnswer{Passed: passed}
	if err != nil {
		found.Error = words(err)
	}
	return found, nil
}

// transformQuestion: what does the transformation make of the event?
type transformQuestion struct {
	kind
	Transform v1alpha1.EventDependencyTransformer `json:"transform"`
	Event     event                               `json:"event"`
}

type transformAnswer struct {
	Event event `json:"event"`
}

func (q *transformQuestion) ask() (any, error) {
	received, err := q.Event.received()
	if err != nil {
		return nil, err
	}
	changed, err := dependencies.ApplyTransform(received, &q.Transform)
	if err != nil {
		return nil, err
	}
	return transformAnswer{Event: told(changed)}, nil
}
