// State between calls, functions that call functions, tables.
var seen = {};
var PROXIES = ['a.example:1', 'b.example:2', 'c.example:3'];
function hash(text) {
  var sum = 0;
  for (var i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) % 1009;
  return sum;
}
function addressOf(host) {
  if (!seen[host]) seen[host] = dnsResolve(host) || 'none';
  return seen[host];
}
function FindProxyForURL(url, host) {
  var address = addressOf(host);
  alert(host + ' is ' + address);
  return 'PROXY ' + PROXIES[hash(url) % PROXIES.length] + '; levels=' + dnsDomainLevels(host) + '; ' + address;
}
