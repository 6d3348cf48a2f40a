import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('docs_store', '0004_two_person_rule'),
        ('workflows', '0010_open_processes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='clock',
            name='purpose',
            field=models.CharField(choices=[('step', 'Atender el paso'), ('answer', 'Responder'), ('observe', 'Observar lo presentado'), ('cure', 'Subsanar lo observado'), ('notify', 'Notificar'), ('acknowledge', 'Acusar recibo'), ('recourse', 'Impugnar'), ('impulse', 'Que la persona haga lo que se le pidió')], default='step', max_length=20, verbose_name='para qué'),
        ),
        migrations.CreateModel(
            name='Standstill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=300, verbose_name='lo que se pidió')),
                ('asked_at', models.DateTimeField(verbose_name='registrado el')),
                ('proposed_at', models.DateTimeField(null=True, verbose_name='propuesto el')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='terminado el')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('clock', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='standstill', to='workflows.clock')),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='docs_store.document')),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standstills', to='workflows.filing')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('filing',), name='filing_stands_still_once_at_a_time')],
            },
        ),
    ]
