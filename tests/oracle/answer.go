package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// question is one kind of request: it decodes itself from the line and asks Argo Events.
type question interface {
	ask() (any, error)
}

// The kinds of request by the value of "ask".
var questions = map[string]func() question{
	"filter":     func() question { return &filterQuestion{} },
	"transform":  func() question { return &transformQuestion{} },
	"parameters": func() question { return &parametersQuestion{} },
	"payload":    func() question { return &payloadQuestion{} },
	"action":     func() question { return &actionQuestion{} },
	"source":     func() question { return &sourceQuestion{} },
	"validate":   func() question { return &validateQuestion{} },
}

// kind is in every request.
type kind struct {
	Ask string `json:"ask"`
}

// What is answered when there is nothing else to say.
type failure struct {
	// Error is an error of Argo Events.
	Error string `json:"error,omitempty"`
	// Panic is what Argo Events panicked with; in a pod it would end the process.
	Panic string `json:"panic,omitempty"`
	// Bad says why the request cannot be asked.
	Bad string `json:"bad,omitempty"`
}

// answerLines answers each line in turn, until there are no more.
func answerLines(requests io.Reader, answers io.Writer) error {
	lines := bufio.NewReader(requests)
	out := bufio.NewWriter(answers)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, readErr := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if err := encoder.Encode(answer(line)); err != nil {
				return err
			}
		}
		// Who asks many at once need not wait for each: what is answered goes out when nothing more has come in.
		if lines.Buffered() == 0 || readErr != nil {
			if err := out.Flush(); err != nil {
				return err
			}
		}
		if errors.Is(readErr, io.EOF) {
			return nil
		}
		if readErr != nil {
			return readErr
		}
	}
}

func answer(line []byte) (result any) {
	defer func() {
		if reason := recover(); reason != nil {
			result = failure{Panic: fmt.Sprint(reason)}
		}
	}()
	var asked kind
	if err := json.Unmarshal(line, &asked); err != nil {
		return failure{Bad: err.Error()}
	}
	empty, known := questions[asked.Ask]
	if !known {
		return failure{Bad: fmt.Sprintf("cannot be asked for %q", asked.Ask)}
	}
	asks := empty()
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(asks); err != nil {
		return failure{Bad: err.Error()}
	}
	found, err := asks.ask()
	if err != nil {
		return failure{Error: words(err)}
	}
	return found
}

// words are those of an error. Argo Events has errors whose message is empty, and those must show, too.
func words(err error) string {
	if err.Error() == "" {
		return "an error without a message"
	}
	return err.Error()
}
