# Ready is a master, or a replica that has the data of its master. So no rollout ends a master whose replica lacks data.
set -- $(timeout 5 valkey-cli --tls --cacert /etc/redis-tls/ca.crt role)
[ "$1" = master ] || [ "$4" = connected ]
