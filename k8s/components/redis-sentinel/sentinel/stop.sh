# Before the server of this pod ends: if it is the master, a replica takes over first. Nobody can write in between, so
# nothing that was acknowledged is lost. The sentinel of this pod may have ended already; another one does it.
cli() { timeout 5 valkey-cli --tls --cacert /etc/redis-tls/ca.crt "$@"; }

[ "$(cli role | head -n 1)" = master ] || exit 0
cli client pause 60000 write
sleep 1 # the replicas have the rest now
for number in 0 1 2; do
  host=bincang-redis-$number.bincang-redis-nodes.$NAMESPACE.svc
  [ "bincang-redis-$number" != "$POD_NAME" ] &&
    [ "$(cli -h "$host" -p 26379 sentinel failover bincang)" = OK ] && break
done
for _ in 1 2 3 4 5 6 7 8 9 10; do
  [ "$(sh /etc/redis/master.sh)" = "$POD_NAME.bincang-redis-nodes.$NAMESPACE.svc" ] || exit 0
  sleep 1
done
