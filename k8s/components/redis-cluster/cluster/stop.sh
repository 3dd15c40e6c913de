# Before the server of this pod ends: if it is a master, its replica takes over first. The master stops writes until the
# replica has all of them, so nothing that was acknowledged is lost.
cli() { timeout 5 valkey-cli --tls --cacert /etc/redis-tls/ca.crt "$@"; }

id=$(cli cluster myid)
replica=$(cli cluster nodes | sed -n "s/^[^ ]* \([^ ]*\):[0-9]*@[^ ]* slave $id .* connected\$/\1/p" | head -n 1)
[ -n "$replica" ] || exit 0
cli -h "$replica" cluster failover
for _ in 1 2 3 4 5 6 7 8 9 10; do
  [ "$(cli role | head -n 1)" = master ] || exit 0
  sleep 1
done
