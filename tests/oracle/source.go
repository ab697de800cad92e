package main

import (
	"encoding/json"
	"strings"

	"github.com/argoproj/argo-events/pkg/shared/expr"
)

// sourceQuestion: does the filter of an event source let data through to the bus?
type sourceQuestion struct {
	kind
	Expression string `json:"expression"`
	Data       string `json:"data"`
}

// ask does with the data what `filterEvent` of the package `eventsources` does, which is not exported: Argo Events reads it,
// spells its roots with `_` for `-`, and evaluates. What cannot be decided is dropped there, too.
func (q *sourceQuestion) ask() (any, error) {
	var data map[string]any
	if err := json.Unmarshal([]byte(q.Data), &data); err != nil {
		return filterAnswer{Error: words(err)}, nil
	}
	roots := make(map[string]any, len(data))
	for root, value := range data {
		roots[strings.ReplaceAll(root, "-", "_")] = value
	}
	passed, err := expr.EvalBool(q.Expression, expr.GetFuncMap(roots))
	found := filterAnswer{Passed: passed}
	if err != nil {
		found.Error = words(err)
	}
	return found, nil
}
