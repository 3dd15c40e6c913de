# Starts the sentinel of this pod. A sentinel writes what it learns into its file, so the file is on the volume. At each
# start the settings and passwords are written anew; what it has learned stays.
umask 077
file=/data/sentinel.conf
known='^sentinel (myid|monitor|current-epoch|config-epoch|leader-epoch|known-)'
learned=$(grep -E "$known" $file 2>/dev/null ||
  echo "sentinel monitor bincang bincang-redis-0.bincang-redis-nodes.$NAMESPACE.svc 6379 2")

# The rights are those of docs/security.md.
cat /etc/redis/sentinel.conf - >$file.new <<END
sentinel announce-ip $POD_NAME.bincang-redis-nodes.$NAMESPACE.svc
requirepass $REDISCLI_AUTH
sentinel sentinel-pass $REDISCLI_AUTH
sentinel auth-pass bincang $REDISCLI_AUTH
user bincang on >$REDIS_PASSWORD -@all &* +ping +info +client|setname +subscribe +psubscribe +unsubscribe +punsubscribe +sentinel|get-master-addr-by-name +sentinel|master +sentinel|masters +sentinel|replicas +sentinel|slaves +sentinel|sentinels
$learned
END
mv $file.new $file
exec valkey-server $file --sentinel
