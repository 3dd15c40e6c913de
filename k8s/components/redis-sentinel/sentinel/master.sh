# Prints the name of the master, as a sentinel of another pod knows it. Prints nothing if none answers.
for number in 0 1 2; do
  [ "bincang-redis-$number" = "$POD_NAME" ] ||
    timeout 2 valkey-cli --tls --cacert /etc/redis-tls/ca.crt -p 26379 \
      -h "bincang-redis-$number.bincang-redis-nodes.$NAMESPACE.svc" \
      sentinel get-master-addr-by-name bincang 2>/dev/null
done | grep -m 1 '\.svc$'
