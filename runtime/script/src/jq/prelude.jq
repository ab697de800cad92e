def not: if . then false else true end;
def select(f): if f then . else empty end;
def map(f): [.[] | f];
def map_values(f): .[] |= f;
def recurse(f): def r: ., (f | r); r;
def recurse: recurse(.[]?);
def recurse(f; c): def r: ., (f | select(c) | r); r;
def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type | . == "array" or . == "object");
def scalars: select(type | . != "array" and . != "object");
def finites: select(isinfinite or isnan | not);
def normals: select(isnormal);
def error($message): $message | error;
def add(f): reduce f as $x (null; . + $x);
def in(o): . as $key | o | has($key);
def inside(o): . as $part | o | contains($part);
def range($to): range(0; $to; 1);
def range($from; $to): range($from; $to; 1);
def first(f): limit(1; f);
def first: .[0];
def last(f): reduce f as $x (null; $x);
def last: .[-1];
def isempty(f): first((f | false), true);
def all(f; c): isempty(first(f | c and empty));
def all(c): all(.[]; c);
def all: all(.);
def any(f; c): isempty(first(f | c or empty)) | not;
def any(c): any(.[]; c);
def any: any(.);
def nth($n): .[$n];
def nth($n; f): if $n < 0 then error("nth doesn't support negative indices") else first(skip($n; f)) end;
def until(c; f): def r: if c then . else f | r end; r;
def while(c; f): def r: if c then ., (f | r) else empty end; r;
def repeat(f): def r: f | (., r); r;
def del(f): delpaths([path(f)]);
def paths: path(..) | select(. != []);
def paths(f): path(.. | select(f)) | select(. != []);
def pick(f): . as $in | reduce path(f) as $p (null; setpath($p; $in | getpath($p)));
def _assign(f; $value): reduce path(f) as $p (.; setpath($p; $value));
def _update_add(f; $x): f |= . + $x;
def _update_subtract(f; $x): f |= . - $x;
def _update_multiply(f; $x): f |= . * $x;
def _update_divide(f; $x): f |= . / $x;
def _update_modulo(f; $x): f |= . % $x;
def _update_alternative(f; $x): f |= (. // $x);
def with_entries(f): to_entries | map(f) | from_entries;
def walk(f): def r: (if type == "object" or type == "array" then .[] |= r else . end) | f; r;
def sort_by(f): _sort_by(map([f]));
def group_by(f): _group_by(map([f]));
def unique_by(f): [_group_by(map([f]))[] | .[0]];
def unique: unique_by(.);
def min_by(f): _min_by(map([f]));
def max_by(f): _max_by(map([f]));
def min: min_by(.);
def max: max_by(.);
def combinations:
  if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;
def combinations($n): . as $in | [range($n) | $in] | combinations;
def tostream:
  path(def r: (.[]? | r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);
def fromstream(f):
  {x: null, e: false} as $init
  | foreach f as $i
      ( $init;
        if .e then $init else . end
        | if $i | length == 2
          then setpath(["e"]; $i[0] | length == 0) | setpath(["x"] + $i[0]; $i[1])
          else setpath(["e"]; $i[0] | length == 1) end;
        if .e then .x else empty end );
def truncate_stream(f):
  . as $n | null | f | . as $in
  | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;
def match($re; $flags): _match($re; $flags; false)[];
def match($re): match($re; null);
def test($re; $flags): _match($re; $flags; true);
def test($re): test($re; null);
def _captures: [.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries;
def capture($re; $flags): match($re; $flags) | _captures;
def capture($re): capture($re; null);
def scan($re; $flags):
  match($re; "g" + $flags) | if .captures == [] then .string else [.captures[].string] end;
def scan($re): scan($re; null);
def split($re; $flags):
  . as $in | [foreach (match($re; "g" + $flags), null) as $m
    ({next: 0}; if $m == null then .part = $in[.next:] else .part = $in[.next:$m.offset] | .next = $m.offset + $m.length end;
     .part)];
def splits($re; $flags): split($re; $flags)[];
def splits($re): splits($re; null);
def sub($re; f; $flags):
  . as $in | [match($re; $flags)] as $matches
  | def r($i; $next; $done):
      if $i == ($matches | length) then $done + $in[$next:]
      else
        $matches[$i] as $m | ($m | _captures | f) as $new
        | r($i + 1; $m.offset + $m.length; $done + $in[$next:$m.offset] + $new)
      end;
    r(0; 0; "");
def sub($re; f): sub($re; f; "");
def gsub($re; f; $flags): sub($re; f; $flags + "g");
def gsub($re; f): sub($re; f; "g");
def ascii_downcase: _case("down");
def ascii_upcase: _case("up");
def todate: strftime("%Y-%m-%dT%H:%M:%SZ");
def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
def todateiso8601: todate;
def fromdate: fromdateiso8601;
def date: todate;
def dateadd(unit; $n): . + $n;
def datesub(unit; $n): . - $n;
def index($x): indices($x) | .[0];
def rindex($x): indices($x) | .[-1:][0];
