import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('docs_store', '0004_two_person_rule'),
        ('workflows', '0011_standstills'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='clock',
            name='purpose',
            field=models.CharField(choices=[('step', 'Atender el paso'), ('answer', 'Responder'), ('observe', 'Observar lo presentado'), ('cure', 'Subsanar lo observado'), ('notify', 'Notificar'), ('acknowledge', 'Acusar recibo'), ('recourse', 'Impugnar'), ('impulse', 'Que la persona haga lo que se le pidió'), ('third_parties', 'Que los terceros pidan seguir')], default='step', max_length=20, verbose_name='para qué'),
        ),
        migrations.CreateModel(
            name='Desistimiento',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effect', models.CharField(choices=[('procedure', 'Del procedimiento'), ('claim', 'De la pretensión')], max_length=10, verbose_name='de qué desiste')),
                ('outcome', models.CharField(choices=[('pending', 'Por decidir'), ('accepted', 'Aceptado'), ('continued', 'El trámite siguió')], default='pending', max_length=10, verbose_name='qué se decidió')),
                ('reason', models.CharField(blank=True, default='', max_length=300, verbose_name='por qué sigue')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decidido el')),
                ('clock', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflows.clock')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='docs_store.document')),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='desistimientos', to='workflows.filing')),
                ('paper', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflows.filing')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('outcome', 'pending')), fields=('filing',), name='desistimiento_pending_once_per_filing')],
            },
        ),
    ]
