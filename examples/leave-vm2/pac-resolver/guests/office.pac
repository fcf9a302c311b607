// What a network's administrator hands out.
function FindProxyForURL(url, host) {
  if (isPlainHostName(host) || dnsDomainIs(host, '.local')) return 'DIRECT';
  if (shExpMatch(url, 'https:*')) return 'HTTPS secure-proxy.example:443';
  if (!isResolvable(host)) return 'PROXY fallback.example:3128; DIRECT';
  var address = dnsResolve(host);
  if (isInNet(address, '10.9.0.0', '255.255.0.0')) return 'SOCKS socks.example:1080';
  if (isInNet(myIpAddress(), '10.1.0.0', '255.255.0.0') && shExpMatch(address, '10.*')) return 'DIRECT';
  return 'PROXY proxy.example:8080';
}
