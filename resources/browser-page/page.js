/*
 * The page that says what the person's browser can do. Runs in Internet Explorer's engine too, so it is ECMAScript 5
 * and asks for everything before it uses it. It has no words of its own: the program sends them.
 */
(function (window) {
  'use strict';
  var document = window.document;
  var navigator = window.navigator;
  var token = String(window.location.hash).replace(/^#/, '');
  var LIMIT_MS = 5000;
  var PERMISSIONS = ['loopback-network', 'local-network-access', 'local-network'];

  function element(id) {
    return document.getElementById(id);
  }

  function show(id, isShown) {
    element(id).className = isShown ? '' : 'hidden';
  }

  function parse(text) {
    try {
      return JSON.parse(text);
    } catch (error) {
      return null;
    }
  }

  /** Calls `then` once: with what `work` hands over, or with null when that takes too long. */
  function within(work, then) {
    var isOver = false;
    function end(value) {
      if (isOver) return;
      isOver = true;
      then(value);
    }
    window.setTimeout(function () {
      end(null);
    }, LIMIT_MS);
    try {
      work(end);
    } catch (error) {
      end(null);
    }
  }

  function send(method, url, body, then) {
    var sending = new window.XMLHttpRequest();
    sending.open(method, url, true);
    if (body !== null) {
      sending.setRequestHeader('Content-Type', 'application/json');
      sending.setRequestHeader('X-Assistant-Token', token);
    }
    sending.onreadystatechange = function () {
      if (sending.readyState === 4) then(sending.status === 200 ? parse(sending.responseText) : null);
    };
    sending.send(body === null ? null : JSON.stringify(body));
  }

  function readPermission(then) {
    function ask(index) {
      var asked;
      if (!navigator.permissions || index >= PERMISSIONS.length) {
        then(null);
        return;
      }
      try {
        asked = navigator.permissions.query({ name: PERMISSIONS[index] });
      } catch (error) {
        ask(index + 1);
        return;
      }
      asked.then(
        function (status) {
          then(status.state);
        },
        function () {
          ask(index + 1);
        }
      );
    }
    ask(0);
  }

  function proofOf(answer) {
    return answer !== null && typeof answer === 'object' ? answer.proof : null;
  }

  /** As portals ask the CA's service: another port of this computer. */
  function tryRequest(url, then) {
    within(
      function (end) {
        if (typeof window.fetch !== 'function') {
          send('GET', url, null, end);
          return;
        }
        window
          .fetch(url, { cache: 'no-store', credentials: 'omit' })
          .then(function (response) {
            return response.text();
          })
          .then(
            function (text) {
              end(parse(text));
            },
            function () {
              end(null);
            }
          );
      },
      function (answer) {
        then({ by: typeof window.fetch === 'function' ? 'fetch' : 'xhr', proof: proofOf(answer) });
      }
    );
  }

  function openSocket(url) {
    return new window.WebSocket(url, ['page.v1', 'token.' + token]);
  }

  function trySocket(url, then) {
    if (!window.WebSocket) {
      then({ isThere: false, proof: null });
      return;
    }
    within(
      function (end) {
        var socket = openSocket(url);
        socket.onmessage = function (message) {
          end(parse(message.data));
          socket.close();
        };
        socket.onerror = function () {
          end(null);
        };
      },
      function (answer) {
        then({ isThere: true, proof: proofOf(answer) });
      }
    );
  }

  /** Only Internet Explorer's engine has a document mode, and controls. */
  function tryControl() {
    if (typeof document.documentMode !== 'number') return null;
    try {
      return Boolean(new window.ActiveXObject('Microsoft.XMLHTTP'));
    } catch (error) {
      return false;
    }
  }

  function brandsOf(data) {
    var found = [];
    var index;
    if (!data || !data.brands) return found;
    for (index = 0; index < data.brands.length && index < 10; index += 1) {
      found.push(data.brands[index].brand + ' ' + data.brands[index].version);
    }
    return found;
  }

  function look(question, then) {
    var seen = {
      userAgent: String(navigator.userAgent).slice(0, 1000),
      brands: brandsOf(navigator.userAgentData),
      documentMode: typeof document.documentMode === 'number' ? document.documentMode : null,
      isSecure: typeof window.isSecureContext === 'boolean' ? window.isSecureContext : null,
      activeX: tryControl()
    };
    within(readPermission, function (state) {
      seen.permission = state;
      tryRequest(question.service, function (request) {
        seen.request = request;
        trySocket(question.socket, function (socket) {
          seen.socket = socket;
          then(seen);
        });
      });
    });
  }

  function tell(seen, isKept) {
    seen.isKept = isKept;
    send('POST', 'answer', seen, function (answer) {
      var list = element('lines');
      var index;
      var item;
      show('working', false);
      if (answer === null) {
        show('expired', true);
        return;
      }
      while (list.firstChild) list.removeChild(list.firstChild);
      for (index = 0; index < answer.lines.length; index += 1) {
        item = document.createElement('li');
        item.className = answer.lines[index].state;
        item.appendChild(document.createTextNode(answer.lines[index].words));
        list.appendChild(item);
      }
      element('end').firstChild.nodeValue = answer.end;
      show('end', true);
      show('keep', !answer.isFinal);
      element('keep').onclick = function () {
        tell(seen, true);
      };
    });
  }

  send('POST', 'question', {}, function (question) {
    if (question === null) {
      show('working', false);
      show('expired', true);
      return;
    }
    // Tells the program that this page is there; it needs nothing else of it.
    if (window.WebSocket) {
      try {
        window.assistantPage = openSocket(question.alive);
      } catch (error) {
        window.assistantPage = null;
      }
    }
    look(question, function (seen) {
      tell(seen, false);
    });
  });
})(window);
